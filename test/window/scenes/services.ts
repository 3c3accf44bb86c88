import type { Scene } from './scene.ts'
import { home, press, shows, still, inTurn } from './scene.ts'
import { cluster, crowd, dockerStopped, longNames, withActions } from './snapshots.ts'

/** Home and the pages of services. */

const page = '.svchead'
const facts = '.svc .facts'

export const homes: readonly Scene[] = [
  { name: 'home-green', world: 'green', open: home },
  { name: 'home-trouble', world: 'trouble', open: home },
  { name: 'home-ten-red', world: 'ten-red', open: home },
  { name: 'home-docker-down', world: 'docker-down', open: home },
  { name: 'home-docker-stopped', world: 'docker-down', over: still(dockerStopped()), open: home },
  { name: 'home-nothing', world: 'nothing', open: home },
  { name: 'home-250', world: 'green', over: still(crowd()), open: home },
  { name: 'home-long', world: 'trouble', over: still(longNames()), open: home },
  { name: 'home-cluster', world: 'green', over: still(cluster()), open: home },
  {
    name: 'home-selected',
    world: 'trouble',
    open: async (drawn) => await drawn.page.locator('[data-key="grafana"]').click(),
  },
  {
    name: 'home-filter',
    world: 'green',
    open: async (drawn) => {
      await drawn.page.keyboard.press('/')
      await drawn.page.keyboard.type('nowhere')
      await drawn.page.getByText('Show all services').first().waitFor()
    },
  },
  { name: 'home-menu', world: 'trouble', open: press('More for Grafana', '[role="menu"]') },
  {
    name: 'home-looked',
    world: 'trouble',
    open: async ({ page: at }) => {
      await at.keyboard.press('Control+k')
      await at.getByRole('combobox', { name: 'Find or run' }).fill('check again')
      await at.locator('.pal .entry[data-focused]', { hasText: 'Check again' }).waitFor()
      await at.keyboard.press('Enter')
      await at.getByText('Checked at').first().waitFor()
    },
  },
  {
    name: 'home-lost',
    world: 'trouble',
    open: async ({ page: at, server }) => {
      server.tell({ event: 'connected', payload: false })
      await at.getByText('maculactl ui').first().waitFor()
    },
  },
]

export const pages: readonly Scene[] = [
  { name: 'service-grafana-green', world: 'green', open: shows('services', facts, 'grafana') },
  { name: 'service-grafana-trouble', world: 'trouble', open: shows('services', facts, 'grafana') },
  { name: 'service-tempo-failed', world: 'trouble', open: shows('services', page, 'tempo') },
  { name: 'service-loki-memory', world: 'ten-red', open: shows('services', page, 'loki') },
  { name: 'service-stopped', world: 'nothing', open: shows('services', page, 'timescaledb') },
  { name: 'service-docker-down', world: 'docker-down', open: shows('services', page, 'timescaledb') },
  {
    name: 'service-docker-stopped',
    world: 'docker-down',
    over: still(dockerStopped()),
    open: shows('services', page, 'grafana'),
  },
  {
    name: 'service-actions',
    world: 'green',
    over: still(withActions()),
    open: inTurn(shows('services', facts, 'timescaledb'), press(/^Vacuum/, '.svc output, .svc pre')),
  },
  {
    name: 'service-cluster',
    world: 'green',
    over: still(cluster()),
    open: shows('services', page, 'cluster/hub'),
  },
  {
    name: 'service-application',
    world: 'green',
    over: still(cluster()),
    open: shows('services', page, 'console'),
  },
  {
    name: 'service-found',
    world: 'green',
    over: still(cluster()),
    open: shows('services', page, 'demo-neurolab'),
  },
  { name: 'service-no-cluster', world: 'green', open: shows('services', page, 'cluster/hub') },
  {
    name: 'service-long',
    world: 'trouble',
    over: still(longNames()),
    open: shows('services', page, 'grafana'),
  },
  { name: 'service-gone', world: 'green', open: shows('services', '.empty', 'nobody') },
]
