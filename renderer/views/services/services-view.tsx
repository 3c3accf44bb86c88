import type { ReactNode } from 'react'
import { rungIds, rungTitles } from '../../../main/model/ladder.ts'
import { sayServices } from '../../words/services.ts'
import { Explanation } from './explanation.tsx'
import { ServiceList } from './service-list.tsx'
import { SummaryBar } from './summary-bar.tsx'
import './services.css'
import './row.css'

/** Home: every service, whether it can be reached, and one place for long words. */
export function ServicesView(): ReactNode {
  return (
    <main className="home">
      <SummaryBar />
      <div className="cols" aria-hidden="true">
        <span />
        <span>{sayServices.columns.service}</span>
        <span>{sayServices.columns.name}</span>
        <span>{sayServices.columns.address}</span>
        <span className="lets" title={rungIds.map((rung) => rungTitles[rung]).join(', ')}>
          {rungIds.map((rung) => (
            <span key={rung} title={rungTitles[rung]}>
              {rungTitles[rung].slice(0, 1)}
            </span>
          ))}
        </span>
        <span>{sayServices.columns.answer}</span>
        <span />
      </div>
      <ServiceList />
      <Explanation />
    </main>
  )
}
