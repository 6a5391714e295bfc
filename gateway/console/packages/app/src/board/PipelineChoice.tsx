import type { Pipeline } from "./pipelines"

interface Props {
  readonly pipelines: readonly Pipeline[]
  readonly value: string
  readonly choose: (id: string) => void
}

/** Chooses the pipeline; a retired one is offered while it is looked at. */
export function PipelineChoice({ pipelines, value, choose }: Props) {
  const offered = pipelines.filter((pipeline) => !pipeline.retired || pipeline.id === value)
  if (!offered.some((pipeline) => pipeline.id === value)) return null
  return (
    <label className="pipeline-choice">
      <span>Pipeline</span>
      <select value={value} onChange={(event) => choose(event.target.value)}>
        {offered.map((pipeline) => (
          <option key={pipeline.id} value={pipeline.id}>
            {pipeline.name}
            {pipeline.retired && ", retired"}
          </option>
        ))}
      </select>
    </label>
  )
}
