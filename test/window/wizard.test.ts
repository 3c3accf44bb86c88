import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { journey, type Journey } from './journey.ts'
import { reload, visit } from './browser.ts'
import { reach as tabTo, underHands, watchFocus } from './by-keys.ts'
import { axe, overflow, sizes, type Drawn, type Look } from './page.ts'
import { deferred } from '../deferred.ts'
import { openWindows } from './windows.ts'
import { snapshotOf } from '../unit/cli/worlds.ts'
import { wizardOf } from './wizard.ts'
import { worlds } from './worlds.ts'
import type { WizardState, WizardStep } from '../../main/model/wizard.ts'
import { defaultSettings } from '../../main/system/keep/settings.ts'

const { inWindow } = openWindows()

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 2, name })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const step = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Set-up steps' }).getByRole('button', { name: new RegExp(`^${name}`) })

async function withWizard(
  work: (drawn: Drawn, machine: Journey) => Promise<void>,
  look: Look = {},
  prepare: (machine: Journey) => void = () => undefined,
): Promise<void> {
  let server: Drawn['server'] | undefined
  const machine = journey(() => server?.asked.some((one) => one.startsWith('up ')) ?? false)
  prepare(machine)
  await inWindow(
    'nothing',
    async (drawn) => {
      ;({ server } = drawn)
      server.show('wizard')
      await drawn.page.getByRole('navigation', { name: 'Set-up steps' }).waitFor()
      await work(drawn, machine)
    },
    { ...look, over: machine.over },
  )
}

test('from nothing to done by clicks: review, password, names, images, start, done', async () => {
  await withWizard(async ({ page }, machine) => {
    await heading(page, 'Read what will change').waitFor()
    await button(page, 'Apply 3 changes…').click()
    await heading(page, 'The changes are made').waitFor()
    await page.getByText('wrote /etc/sysctl.d/60-macula.conf').waitFor()
    await button(page, 'Next').click()
    await heading(page, 'Names are set up').waitFor()
    await button(page, 'Next').click()
    await button(page, 'Download the images').click()
    await heading(page, 'The images are here').waitFor()
    await button(page, 'Next').click()
    await button(page, 'Start everything').click()
    await heading(page, 'The services answer').waitFor()
    await expect
      .poll(async () => await page.getByRole('img', { name: /container ok, service ok$/ }).count())
      .toBe(14)
    await button(page, 'Next').click()
    // Nobody has to make a cluster: it is offered with its price.
    await heading(page, 'A KinD cluster for your applications').waitFor()
    await page.getByText('about 700 MB of memory').waitFor()
    await button(page, 'Create the cluster').waitFor()
    await button(page, 'Next').click()
    await heading(page, 'This machine is set up').waitFor()
    await page.getByText('eval "$(maculactl env timescaledb)" && psql').waitFor()
    await page.getByText('docker push registry.macula.local/macula/IMAGE').waitFor()
    await button(page, 'Open Grafana').waitFor()
    await button(page, 'Go to the services').click()
    await page.getByRole('treegrid').waitFor()
    expect(machine.ended).toBe(true)
    expect(machine.asked).toEqual([
      'setup tools,low-ports,route-systemd-resolved',
      'pull grafana,timescaledb,loki',
    ])
  })
})

test('the same with the keyboard alone', async () => {
  await withWizard(
    async ({ page }, machine) => {
      const reach = async (name: RegExp): Promise<void> => await tabTo(page, name)
      await heading(page, 'What runs on this machine').waitFor()
      // Without the tools: an answer by an arrow, a box by Space.
      await reach(/^Everything/)
      const lost = await watchFocus(page)
      await page.keyboard.press('ArrowUp')
      await expect.poll(async () => await underHands(page)).toBe('Only some tiers')
      await reach(/^Tools$/)
      await page.keyboard.press('Space')
      await reach(/^Continue$/)
      await page.keyboard.press('Enter')
      await heading(page, 'Read what will change').waitFor()
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Read what will change')
      await reach(/^Include: Allow ports from 80$|^$/)
      await reach(/^Apply 3 changes…$/)
      await page.keyboard.press('Enter')
      await heading(page, 'The changes are made').waitFor()
      // The new step has the focus, so that what was pressed is not pressed again by the next key.
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('The changes are made')
      for (const next of ['Names are set up', 'Download the images']) {
        await reach(/^Next$/)
        await page.keyboard.press('Enter')
        await heading(page, next).waitFor()
      }
      await reach(/^Download the images$/)
      await page.keyboard.press('Space')
      await heading(page, 'The images are here').waitFor()
      await reach(/^Next$/)
      await page.keyboard.press('Enter')
      await reach(/^Start everything$/)
      await page.keyboard.press('Enter')
      await heading(page, 'The services answer').waitFor()
      for (const next of ['A KinD cluster for your applications', 'This machine is set up']) {
        await reach(/^Next$/)
        await page.keyboard.press('Enter')
        await heading(page, next).waitFor()
      }
      await reach(/^Go to the services$/)
      await page.keyboard.press('Enter')
      await page.getByRole('treegrid').waitFor()
      expect(await lost()).toEqual([])
      expect(machine.asked).toHaveLength(3)
      expect(machine.asked[0]).toMatch(/^choose /)
      expect(machine.asked[0]).not.toContain('excalidraw')
    },
    {},
    (machine) => {
      machine.fresh = true
    },
  )
})

test('at 360 px by touch, from the welcome to the end: nothing is beside the screen, nothing is too small', async () => {
  await withWizard(
    async ({ page }, machine) => {
      const tap = async (name: string): Promise<void> => await button(page, name).tap()
      const fits = async (title: string): Promise<void> => {
        await heading(page, title).waitFor()
        expect(await overflow(page), title).toEqual([0, 0])
        expect(await axe(page), title).toEqual([])
      }
      await fits('What runs on this machine')
      await tap('Continue')
      await fits('Read what will change')
      await tap('Apply 3 changes…')
      await fits('The changes are made')
      await tap('Next')
      await fits('Names are set up')
      await tap('Next')
      await fits('Download the images')
      await tap('Download the images')
      await fits('The images are here')
      await tap('Next')
      await fits('Start the services')
      await tap('Start everything')
      await fits('The services answer')
      await tap('Next')
      await fits('A KinD cluster for your applications')
      await tap('Next')
      await fits('This machine is set up')
      await tap('Go to the services')
      await page.getByRole('treegrid').waitFor()
      expect(machine.asked[0]).toBe('choose all')
    },
    { width: 360, height: 800, touch: true },
    (machine) => {
      machine.fresh = true
    },
  )
})

test('the welcome says what it costs, for everything, a set and tiers', async () => {
  await withWizard(
    async ({ page }) => {
      const cost = page.getByRole('status').filter({ hasText: 'to download' })
      await cost.getByText('300 MB to download (about 750 MB on disk)').waitFor()
      await expect.poll(async () => await page.getByRole('radio').count()).toBe(3)
      await page.getByRole('radio', { name: 'The set frontend' }).check()
      // What the set needs comes with it.
      await page.getByText('Grafana, TimescaleDB', { exact: true }).waitFor()
      await cost.getByText('200 MB to download').waitFor()
      await page.getByRole('radio', { name: 'Only some tiers' }).check()
      await page.getByRole('checkbox', { name: 'Observability' }).uncheck({ force: true })
      await cost.getByText('100 MB to download').waitFor()
      for (const name of ['Host', 'Tools', 'Data'])
        await page.getByRole('checkbox', { name, exact: true }).uncheck({ force: true })
      await page.getByText('Choose at least one.').waitFor()
      await expect.poll(async () => await button(page, 'Continue').isDisabled()).toBe(true)
    },
    {},
    (machine) => {
      machine.fresh = true
      Object.assign(machine.over, {
        settings: { ...defaultSettings, sets: { frontend: ['grafana', 'timescaledb'] } },
      })
    },
  )
})

test('the end never says “set up” before it is', async () => {
  await withWizard(async ({ page }) => {
    await step(page, 'Done').click()
    await heading(page, 'Set-up is not finished').waitFor()
    expect(await page.getByText('This machine is set up').count()).toBe(0)
    await button(page, 'Go to Review').click()
    await heading(page, 'Read what will change').waitFor()
  })
})

test('the review shows each file with its content, against what is there, and single changes are left out', async () => {
  await withWizard(async ({ page }, machine) => {
    const ports = page.getByRole('article').filter({ hasText: 'Allow ports from 80' })
    const written = ports.getByRole('region', { name: 'Differences in /etc/sysctl.d/60-macula.conf' })
    await expect
      .poll(async () => await written.textContent())
      .toContain('−net.ipv4.ip_unprivileged_port_start=1024')
    await ports.getByText('Also means: Any program you run may listen').waitFor()
    await page.getByRole('checkbox', { name: 'Include: Allow ports from 80' }).uncheck({ force: true })
    await button(page, 'Apply 2 changes…').click()
    await heading(page, 'The changes are made').waitFor()
    expect(machine.asked).toEqual(['setup tools,route-systemd-resolved'])
  })
})

test('while the prompt is open nothing else can be pressed twice, and the steps show as root reports them', async () => {
  await withWizard(
    async ({ page }, machine) => {
      await button(page, 'Apply 3 changes…').click()
      await heading(page, 'Waiting for your password').waitFor()
      await page.getByText('A window of your desktop asks for it, once.').waitFor()
      await step(page, 'Review').click()
      await expect.poll(async () => await button(page, 'Apply 3 changes…').isDisabled()).toBe(true)
      await step(page, 'Password').click()
      machine.give()
      await heading(page, 'The changes are made').waitFor()
      expect(machine.asked).toHaveLength(1)
    },
    {},
    (machine) => {
      machine.answer = 'wait'
    },
  )
})

test('fault 15: a refused prompt says what still works and goes on by address; it can be asked again', async () => {
  const known = deferred<undefined>()
  await withWizard(
    async ({ page }, machine) => {
      await button(page, 'Apply 3 changes…').click()
      await heading(page, 'Nothing was changed').waitFor()
      await page.getByText('The window for the password was closed.').waitFor()
      await page.getByText('http://127.0.0.4:3000').waitFor()
      await page.getByText('sudo sysctl -p /etc/sysctl.d/60-macula.conf').waitFor()
      expect(await axe(page)).toEqual([])
      // The next step waits for this one: it is not shown as it was before.
      await button(page, 'Skip this step').click()
      await button(page, 'Skipping…').waitFor()
      await expect.poll(async () => await heading(page, 'Nothing was changed').count()).toBe(1)
      known.resolve(undefined)
      await heading(page, /^Names/).waitFor()
      await page.getByText('left out').first().waitFor({ state: 'attached' })
      expect(machine.asked).toContain('skip password')
      await step(page, 'Password').click()
      machine.answer = 'done'
      await button(page, 'Ask again…').click()
      await heading(page, 'The changes are made').waitFor()
    },
    {},
    (machine) => {
      machine.answer = 'refused'
      const { skipStep } = machine.over
      Object.assign(machine.over, {
        async skipStep(...wish: Parameters<NonNullable<typeof skipStep>>) {
          await known.promise
          return await skipStep?.(...wish)
        },
      })
    },
  )
})

test('fault 15: without a way to ask for root the commands are shown to copy', async () => {
  await withWizard(
    async ({ page }) => {
      await page.getByText('There is no way to ask for your password here').waitFor()
      expect(await page.getByRole('button', { name: /^Apply/ }).count()).toBe(0)
      const commands = await page.getByRole('region', { name: 'commands' }).textContent()
      expect(commands).toContain('sudo apt-get install --yes')
      await button(page, 'Skip this step').click()
      await heading(page, /^Names/).waitFor()
    },
    {},
    (machine) => {
      machine.elevation = undefined
    },
  )
})

test('fault 14: a set-up that fails half-way shows what was made and goes on', async () => {
  await withWizard(
    async ({ page }, machine) => {
      await button(page, 'Apply 3 changes…').click()
      await page.getByText('Set-up stopped before the end').waitFor()
      await page.getByText('/etc/sysctl.d/60-macula.conf: The disk is full.').waitFor()
      machine.answer = 'done'
      await button(page, 'Apply 2 changes…').click()
      await heading(page, 'The changes are made').waitFor()
      expect(machine.asked.at(-1)).toBe('setup low-ports,route-systemd-resolved')
    },
    {},
    (machine) => {
      machine.answer = 'failed'
    },
  )
})

test('fault 28: an image that cannot be had is named with its reason, the others come, and it is tried again', async () => {
  await withWizard(
    async ({ page }, machine) => {
      await step(page, 'Images').click()
      await button(page, 'Download the images').click()
      await page.getByText('1 image cannot be downloaded').waitFor()
      await page.getByText('The registry cannot be reached.').waitFor()
      machine.unreachable.clear()
      await button(page, 'Try again').click()
      await heading(page, 'The images are here').waitFor()
      expect(machine.asked.at(-1)).toBe('pull loki')
    },
    {},
    (machine) => {
      machine.unreachable.add('grafana/loki:3.7.6')
    },
  )
})

test('another network has the subnet: one button takes a free one, and the steps are looked at again', async () => {
  const plain = wizardOf('nothing', new Set())
  let asked = 0
  const taken: WizardState = {
    ...plain,
    at: 'network',
    steps: plain.steps.map((one): WizardStep => {
      if (one.id === 'docker' || one.id === 'tools') return { ...one, state: 'done' }
      if (one.id !== 'network') return one
      const command = 'maculactl setup --subnet 172.31.240.0/24'
      return {
        ...one,
        state: 'trouble',
        says: '172.23.0.0/24 is taken',
        what: 'The subnet 172.23.0.0/24 is taken.',
        why: 'the docker network old has 172.23.0.0/16.',
        todo: `Use 172.31.240.0/24, which nothing has: ${command}.`,
        command,
        fix: { label: 'Use 172.31.240.0/24', command, action: { kind: 'subnet', subnet: '172.31.240.0/24' } },
      }
    }),
  }
  await withWizard(
    async ({ page }) => {
      await step(page, 'Network').click()
      await page.getByText('the docker network old has 172.23.0.0/16.').waitFor()
      const before = asked
      await button(page, 'Use 172.31.240.0/24').click()
      await expect.poll(() => asked).toBeGreaterThan(before)
      await page
        .getByRole('button', { name: /^(Leave|Close|Quit)/ })
        .first()
        .click()
      await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings' }).click()
      await expect
        .poll(async () => await page.getByRole('textbox', { name: 'Container network' }).inputValue())
        .toBe('172.31.240.0/24')
    },
    {},
    (machine) =>
      void Object.assign(machine.over, {
        wizard: () => {
          asked += 1
          return Promise.resolve(taken)
        },
      }),
  )
})

test('a step that was left out is taken up again from the end', async () => {
  await withWizard(async ({ page }, machine) => {
    await step(page, 'Images').click()
    await button(page, 'Skip this step').click()
    await step(page, 'Done').click()
    await button(page, 'Come back to Images').click()
    await heading(page, 'Download the images').waitFor()
    expect(machine.asked).toEqual(['skip images', 'take up images'])
    await step(page, 'Images ?, to do').waitFor()
  })
})

test('set-up without Docker says what to do, and goes on as soon as Docker is there', async () => {
  await withWizard(
    async ({ page }, machine) => {
      await heading(page, 'Docker is needed first').waitFor()
      await step(page, 'Network').click()
      await button(page, 'Go to Docker').click()
      // By keys: who asks again keeps the keyboard where it is.
      await button(page, 'Check again').focus()
      await page.keyboard.press('Enter')
      await expect.poll(async () => await underHands(page)).toBe('Check again')
      machine.docker = true
      // A press while it still looks is none.
      await page.locator('button:not([aria-disabled])', { hasText: 'Check again' }).waitFor()
      await page.keyboard.press('Enter')
      await heading(page, 'Docker is ready').waitFor()
      await expect.poll(async () => await underHands(page)).not.toBe('')
      await button(page, 'Next').waitFor()
    },
    {},
    (machine) => {
      machine.docker = false
    },
  )
})

test('it opens by itself on a machine where nobody was through it, and continues where it stopped', async () => {
  await withWizard(async ({ page, server }, machine) => {
    await button(page, 'Apply 3 changes…').click()
    await heading(page, 'The changes are made').waitFor()
    // A step has an address: a reload stays there.
    await reload(page)
    await heading(page, 'The changes are made').waitFor()
    await visit(page, server.url())
    await heading(page, 'Download the images').waitFor()
    await button(page, 'Leave set-up').click()
    await page.getByRole('treegrid').waitFor()
    expect(machine.ended).toBe(true)
    await visit(page, server.url())
    await page.getByRole('treegrid').waitFor()
    expect(await page.getByRole('navigation', { name: 'Set-up steps' }).count()).toBe(0)
  })
})

const all = [
  'Welcome',
  'Docker',
  'Tools',
  'Network',
  'Review',
  'Password',
  'Names',
  'Images',
  'First start',
  'KinD cluster',
  'Done',
]

// The last is 1100x900 with text at 200 %.
test('every step fits its window', async () => {
  for (const size of [...sizes, { width: 550, height: 450 }])
    await withWizard(async ({ page }) => {
      for (const name of all) {
        await step(page, name).click()
        await page.locator('[aria-current="step"]', { hasText: name }).waitFor()
        expect(await overflow(page), `${name} at ${size.width}`).toEqual([0, 0])
      }
    }, size)
})

test('the heading of the first start and the list of steps count the same', async () => {
  await withWizard(async ({ page, server }) => {
    await step(page, 'First start').click()
    await heading(page, 'Start the services').waitFor()
    const before = snapshotOf(worlds.nothing(), 1)
    for (const works of [3, 6]) {
      const services = before.services.map((view, at) =>
        view.cluster === undefined
          ? { ...view, state: at < works ? ('works' as const) : ('starting' as const) }
          : view,
      )
      server.tell({ event: 'snapshot', payload: { ...before, rev: 1000 + works, services } })
      await page.locator('.wmain header', { hasText: `${works} of 14 answer` }).waitFor()
      expect(await step(page, 'First start').innerText()).toContain(`${works} of 14 answer`)
    }
  })
})

test('at the first start, what only a person can mend says how when it is asked', async () => {
  await inWindow('ten-red', async ({ page, server }) => {
    server.show('wizard')
    await page.getByRole('heading', { name: 'Start the services' }).waitFor()
    // Out of memory: no button mends it, and none promises to.
    await page.getByRole('button', { name: 'How Registry: Raise its limit' }).click()
    await page.getByRole('alert').getByText('docker update --memory 1024m').first().waitFor()
    await page.getByRole('heading', { name: 'Start the services' }).waitFor()
  })
})
