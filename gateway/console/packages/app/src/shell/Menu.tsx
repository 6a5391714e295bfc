import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react"

interface Props {
  readonly label: ReactNode
  readonly name?: string
  readonly side?: "left" | "right"
  readonly className?: string
  readonly disabled?: boolean
  readonly children: (close: () => void) => ReactNode
}

/** A button that opens something below it; Escape and a click elsewhere close it. */
export function Menu({ label, name, side = "left", className = "button", disabled = false, children }: Props) {
  const [open, setOpen] = useState(false)
  const whole = useRef<HTMLDivElement>(null)
  const id = useId()

  useEffect(() => {
    if (!open) return
    const leave = (event: PointerEvent) => {
      if (event.target instanceof Node && whole.current?.contains(event.target) === false) setOpen(false)
    }
    document.addEventListener("pointerdown", leave)
    return () => document.removeEventListener("pointerdown", leave)
  }, [open])

  const close = () => {
    setOpen(false)
    document.getElementById(`${id}-button`)?.focus()
  }
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return
    event.stopPropagation()
    close()
  }

  return (
    <div className="menu" ref={whole} onKeyDown={escape}>
      <button
        id={`${id}-button`}
        type="button"
        className={className}
        aria-expanded={open}
        aria-controls={id}
        aria-label={name}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div id={id} className={`menu-body menu-${side}`}>
          {children(close)}
        </div>
      )}
    </div>
  )
}
