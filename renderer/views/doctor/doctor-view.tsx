import type { ReactNode } from 'react'
import { sayShell } from '../../words/shell.ts'
import './doctor.css'

/** Doctor. */
export function DoctorView(): ReactNode {
  return (
    <main className="page">
      <div className="bar-t">
        <h1>{sayShell.views.doctor}</h1>
      </div>
    </main>
  )
}
