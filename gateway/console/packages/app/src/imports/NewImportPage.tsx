import type { List } from "@nexus360/contract"
import { Link, useLocation, useSearchParams } from "react-router"
import { useIsNow } from "../reading/change"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice } from "../shell/Notice"
import { words } from "../words/names"
import { chosenOf, readStep } from "./address"
import { ColumnsStep } from "./ColumnsStep"
import { FileStep } from "./FileStep"
import { IMPORTS, useTargets } from "./targets"
import { TryStep } from "./TryStep"

/** An import from its file to its beginning, step by step. */
export function NewImportPage() {
  const targets = useTargets()
  const isNow = useIsNow()
  if (targets.length === 0) return <NoSuchPage />
  if (!isNow) return <Notice tone="warning">Nothing can be changed while another day is shown.</Notice>
  return (
    <section className="page" aria-labelledby="import-title">
      <title>Import a file · Nexus360</title>
      <p className="crumbs">
        <Link to={`/${IMPORTS}`}>Imports</Link>
      </p>
      <Steps targets={targets} />
    </section>
  )
}

const STEPS = ["File", "Columns", "Try"]

function Steps({ targets }: { readonly targets: readonly List[] }) {
  const [given] = useSearchParams()
  const { state, key } = useLocation() as { readonly state: unknown; readonly key: string }
  const { target, source, tried } = readStep(given)
  const list = targets.find((each) => each.record === target)
  const chosen = chosenOf(state)
  const at = list === undefined || source === null ? 0 : tried === null || chosen === null ? 1 : 2
  return (
    <>
      <div className="page-head">
        <h1 id="import-title">{list === undefined ? "Import a file" : `Import ${words(list.name).toLowerCase()}`}</h1>
        {source !== null && <span className="hint">{source.name}</span>}
      </div>
      <ol className="steps" aria-label="Steps">
        {STEPS.map((step, index) => (
          <li key={step} aria-current={index === at ? "step" : undefined}>
            {step}
          </li>
        ))}
      </ol>
      {list === undefined || source === null ? (
        <FileStep targets={targets} target={list?.record ?? null} />
      ) : tried !== null && chosen !== null ? (
        <TryStep list={list} source={source} chosen={chosen} id={tried} />
      ) : (
        <ColumnsStep key={key} list={list} source={source} before={chosen} />
      )}
    </>
  )
}
