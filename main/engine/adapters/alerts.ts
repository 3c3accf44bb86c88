/** What the engine needs of Prometheus' alerts. */
import type { AlertSeen } from '../../model/alerts.ts'

export interface AlertsAdapter {
  /**
   * Those that fire, by Prometheus' own address. `deadline`: for the whole answer (ms). Throws where it does not answer, or answers
   * something else.
   */
  firing(where: {
    readonly address: string
    readonly port: number
    readonly deadline: number
  }): Promise<readonly AlertSeen[]>
}
