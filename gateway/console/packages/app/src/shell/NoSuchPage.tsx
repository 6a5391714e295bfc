import { Link } from "react-router"

export function NoSuchPage() {
  return (
    <div className="empty">
      <h1>There is nothing here</h1>
      <p>
        It may have been removed, or you may not see it. <Link to="/">Go to the first list</Link>
      </p>
    </div>
  )
}
