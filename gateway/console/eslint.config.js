import js from "@eslint/js"
import hooks from "eslint-plugin-react-hooks"
import globals from "globals"
import typescript from "typescript-eslint"

export default typescript.config(
  { ignores: ["dist", "**/node_modules", "packages/contract/src/catalogue.ts", "packages/contract/src/types.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...typescript.configs.strictTypeChecked, hooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true }, globals: globals.browser },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  { files: ["*.js"], languageOptions: { globals: globals.node } },
)
