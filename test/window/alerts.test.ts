import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import type { AlertSeen } from '../../main/model/alerts.ts'
import { greenWorld, now, snapshotOf } from '../unit/cli/worlds.ts'
import { axe, schemes } from './page.ts'
import { artefacts } from './shoot.ts'
import { openWindows } from './windows.ts'

/** What fires in Prometheus, as the home view and the page of its service tell it. */

const { inWindow } = openWindows()

const alerts: readonly AlertSeen[] = [
  {
    name: 'DiskFull',
    service: 'object-store',
    severity: 'critical',
    summary: 'The disk of Docker’s volumes is 98% full',
    description: 'Databases, registry, traces and logs stop taking anything now.',
    dashboard: 'macula-object-store',
    since: now - 600_000,
  },
  {
    name: 'Mine',
    service: 'object-store',
    severity: 'warning',
    summary: '<b onclick="hurt()">of somebody’s own</b>',
    description: '',
    dashboard: '',
    since: now - 60_000,
  },
]

const firing = (): Engine['subscribe'] => {
  const snapshot = snapshotOf({ ...greenWorld(), alerts })
  return (tell) => {
    tell(snapshot)
    return () => undefined
  }
}

test.each(schemes)(
  'an alert is told at home and on its service’s page, with the way to its dashboard: %s',
  async (scheme) => {
    await inWindow(
      'green',
      async ({ page, server }) => {
        // What works with an alert works with a problem: the row, its tier and the line over everything have one shape and one colour.
        await page
          .getByText('Alert for Object store: The disk of Docker’s volumes is 98% full. 1 more alert.')
          .waitFor()
        expect(await page.textContent('.summary h1')).toBe('All 14 services work, 1 with a problem.')
        const amber = 'svg[aria-label="works with a problem"], .si-warn'
        for (const place of [
          '.summary',
          '[data-key="object-store"]',
          '[data-key="tier data"]',
          '.strip header',
        ])
          expect(await page.locator(place).locator(amber).count(), place).toBe(1)
        const strip = page.locator('section.strip')
        expect(await strip.innerText()).toContain('Critical alert, 1 of 2')
        expect(await strip.getByRole('button', { name: 'Show in Grafana: The disk' }).isEnabled()).toBe(true)
        expect(await axe(page)).toEqual([])
        await page.screenshot({ path: join(artefacts, `alerts-home-${scheme}.png`) })
        server.show('services', 'object-store')
        const section = page.getByRole('region', { name: 'Alerts' })
        await section.waitFor()
        const text = await section.innerText()
        expect(text).toContain('Databases, registry, traces and logs stop taking anything now.')
        expect(text).toContain('Critical, since ')
        expect(text).toContain('<b onclick="hurt()">of somebody’s own</b>')
        // One without a dashboard has no way to one.
        expect(await section.getByRole('button').count()).toBe(1)
        expect(await section.getByRole('button', { name: 'Show in Grafana: The disk' }).isEnabled()).toBe(
          true,
        )
        expect(await axe(page)).toEqual([])
        await page.screenshot({ path: join(artefacts, `alerts-service-${scheme}.png`) })
      },
      { scheme, over: { subscribe: firing() } },
    )
  },
)
