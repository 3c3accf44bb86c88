import type { ServiceSpec } from '../../model/service.ts'

/** The service that scrapes (assets/stack/prometheus). */
export const PROMETHEUS = 'prometheus'

/** Its folder of targets, which it reads again whenever a file in it changes (Prometheus 3.13, `file_sd_config`). */
const FOLDER = 'targets/'

/**
 * What is rendered for Prometheus, by path in its folder: containers whose description says where their metrics are, each with its
 * own id as job, so that alerts and dashboards know whose they are. Applications are scraped in their cluster.
 */
export function targetFiles(services: readonly ServiceSpec[]): ReadonlyMap<string, string> {
  const groups = services.flatMap(({ id, tier, runtime, metrics }) =>
    runtime.kind !== 'container' || metrics === undefined
      ? []
      : [
          {
            targets: [`${id}:${metrics.target}`],
            labels: { job: id, tier, __metrics_path__: metrics.path },
          },
        ],
  )
  return new Map([[`${FOLDER}services.json`, `${JSON.stringify(groups, null, 1)}\n`]])
}

/** Whether Prometheus takes a file over without a new container. */
export function isTargetFile(path: string): boolean {
  return path.startsWith(FOLDER)
}
