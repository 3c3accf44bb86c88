/** Services of a tier as metrics and logs know them; test/unit/dashboards/boards.test.ts compares with the catalog. */
export interface TierServices {
  readonly name: 'host' | 'observability' | 'tools' | 'data'
  readonly title: string
  /** All of them: `service_name` of their logs. */
  readonly services: readonly string[]
  /** Those with metrics of their own, scraped by Prometheus or through an exporter in Alloy: `job` of their metrics. */
  readonly jobs: readonly string[]
}

export const tiers = [
  {
    name: 'host',
    title: 'Host',
    services: ['ingress', 'powerdns', 'powerdns-admin', 'powerdns-db', 'registry', 'registry-ui'],
    jobs: ['powerdns', 'powerdns-db', 'registry'],
  },
  {
    name: 'observability',
    title: 'Observability',
    services: ['alloy', 'grafana', 'loki', 'prometheus', 'tempo'],
    jobs: ['alloy', 'grafana', 'loki', 'prometheus', 'tempo'],
  },
  { name: 'tools', title: 'Tools', services: ['excalidraw'], jobs: [] },
  {
    name: 'data',
    title: 'Data',
    services: ['object-store', 'timescaledb'],
    jobs: ['object-store', 'timescaledb'],
  },
] as const satisfies readonly TierServices[]
