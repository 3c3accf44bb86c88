import type { ReactNode } from 'react'
import { useService } from '../../store/use-shell.ts'
import type { ViewProps } from '../index.tsx'
import './service.css'

/** One service: its ladder, its addresses, its container. */
export function ServiceView({ place }: ViewProps): ReactNode {
  const view = useService(place.service)
  return (
    <main className="page">
      <div className="bar-t">
        <h1>{view?.title ?? place.service}</h1>
      </div>
    </main>
  )
}
