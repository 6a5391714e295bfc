import type { Chosen } from "./chosen"
import type { Preview } from "./preview"

interface Props {
  readonly preview: Preview
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
}

/** Which stage each name in the file stands for. */
export function StageNames({ preview, chosen, choose }: Props) {
  const column = preview.columns.find(({ name }) => name === chosen.mapping["stage"])
  const names = [...new Set([...Object.keys(chosen.stages), ...(column?.samples ?? [])])]
  const name = (said: string, stage: string) => {
    const others = Object.entries(chosen.stages).filter(([each]) => each !== said)
    choose({ ...chosen, stages: Object.fromEntries(stage === "" ? others : [...others, [said, stage]]) })
  }
  return (
    <fieldset className="card field group">
      <legend>Stages</legend>
      <p className="hint">For which stage each name of the file stands; where that is empty, for its own.</p>
      <div className="group-fields">
        {names.map((said) => (
          <label key={said} className="field">
            {said}
            <input
              value={chosen.stages[said] ?? ""}
              placeholder={said}
              onChange={(event) => name(said, event.target.value)}
            />
          </label>
        ))}
      </div>
    </fieldset>
  )
}
