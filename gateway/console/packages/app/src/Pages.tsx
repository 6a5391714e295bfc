import { Navigate, Route, Routes } from "react-router"
import { BOARD } from "./board/board"
import { BoardPage } from "./board/BoardPage"
import { useLists } from "./catalogue/context"
import { groupsOf } from "./catalogue/groups"
import { BulkChangePage } from "./bulk/BulkChangePage"
import { BulkPage } from "./bulk/BulkPage"
import { MergePage } from "./duplicates/MergePage"
import { PairsPage } from "./duplicates/PairsPage"
import { FieldsPage } from "./fields/FieldsPage"
import { ImportPage } from "./imports/ImportPage"
import { NewImportPage } from "./imports/NewImportPage"
import { ListPage } from "./list/ListPage"
import { usePerson } from "./reading/session"
import { CreatePage } from "./record/CreatePage"
import { RecordPage } from "./record/RecordPage"
import { ReportPage } from "./report/ReportPage"
import { ReportsPage } from "./report/ReportsPage"
import { NoSuchPage } from "./shell/NoSuchPage"
import { Shell } from "./shell/Shell"

export function Pages({ signedOut }: { readonly signedOut: boolean }) {
  const first = groupsOf(useLists(), usePerson().permissions)[0]?.lists[0]
  return (
    <Shell signedOut={signedOut}>
      <Routes>
        <Route index element={first === undefined ? <NoSuchPage /> : <Navigate replace to={`/${first.key}`} />} />
        <Route path="fields" element={<FieldsPage />} />
        <Route path="reports" element={<ReportsPage />} />
        <Route path="reports/:domain/:name" element={<ReportPage />} />
        <Route path={BOARD} element={<BoardPage />} />
        <Route path="integration/imports/new" element={<NewImportPage />} />
        <Route path="integration/imports/:id" element={<ImportPage />} />
        <Route path="integration/bulk-changes/:id" element={<BulkChangePage />} />
        <Route path=":domain/:name/change/:verb" element={<BulkPage />} />
        <Route path=":domain/:name" element={<ListPage />} />
        <Route path=":domain/:name/new" element={<CreatePage />} />
        <Route path=":domain/:name/duplicates" element={<PairsPage />} />
        <Route path=":domain/:name/:id/merge" element={<MergePage />} />
        <Route path=":domain/:name/:id" element={<RecordPage />} />
        <Route path="*" element={<NoSuchPage />} />
      </Routes>
    </Shell>
  )
}
