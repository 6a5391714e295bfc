import { createClient } from "@nexus360/client"
import { lists, reports } from "@nexus360/contract"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { BrowserRouter } from "react-router"
import { App } from "./App"
import "./styles/base.css"
import "./styles/controls.css"
import "./styles/shell.css"
import "./styles/list.css"
import "./styles/board.css"
import "./styles/form.css"
import "./styles/record.css"
import "./styles/report.css"
import "./styles/work.css"

const root = document.getElementById("root")
if (root === null) throw new Error("The page has no place for the console.")

createRoot(root).render(
  <StrictMode>
    <BrowserRouter basename="/console">
      <App client={createClient(window.fetch.bind(window))} lists={lists} reports={reports} />
    </BrowserRouter>
  </StrictMode>,
)
