import react from "@vitejs/plugin-react"
import type { Plugin } from "vite"
import { defineConfig } from "vite"

const gateway = process.env["NEXUS_URL"] ?? "http://127.0.0.1:8360"
const key = process.env["NEXUS_DEV_KEY"]

/** In development a key may stand for a session: the product's code knows sessions alone. */
function keyAsSession(tenant: string): Plugin {
  const session = JSON.stringify({ tenant, user: null, csrf: "", seconds: 3600 })
  return {
    name: "key-as-session",
    configureServer(server) {
      server.middlewares.use("/signin/session", (_, answer) => {
        answer.setHeader("Content-Type", "application/json").end(session)
      })
    },
  }
}

export default defineConfig({
  base: "/console/",
  plugins: [react(), ...(key === undefined ? [] : [keyAsSession(key.split("_")[1] ?? "")])],
  build: {
    outDir: "../../dist",
    emptyOutDir: true,
    // The policy allows no data: in scripts and styles, and needs no polyfill.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "catalogue", test: /packages\/contract/ },
            { name: "react", test: /node_modules/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "^/(?!console)": {
        target: gateway,
        changeOrigin: true,
        // The gateway takes changes from pages of its own alone.
        headers: { origin: gateway, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      },
    },
  },
})
