const parsed = { syntax: "typescript", tsx: true }

export default {
  testEnvironment: "<rootDir>/jest.environment.js",
  testMatch: ["<rootDir>/packages/*/tests/**/*.test.ts?(x)"],
  setupFilesAfterEnv: ["<rootDir>/jest.setup.js"],
  testTimeout: 30_000,
  transform: {
    "\\.[jt]sx?$": [
      "@swc/jest",
      { jsc: { parser: parsed, target: "es2023", transform: { react: { runtime: "automatic" } } } },
    ],
  },
}
