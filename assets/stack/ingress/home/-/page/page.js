// The page of all services: what this browser sees of each. Asked is the name itself, as a person would open it
// (GET /health); where that fails, this page's own server, which reaches services inside Docker.

/** Between two rounds (ms). */
const PACE = 15_000
/** An answer must come within this (ms). */
const DEADLINE = 8000
/** Before what got lost is asked again (ms). */
const AGAIN = 500
/** Asked at a time. */
const AT_ONCE = 4

const words = {
  ok: 'works',
  warn: 'works, but not by name',
  off: 'does not answer',
  unknown: 'could not be checked',
}

/** Names may be asked by this page under its own name only; under another one its server is asked. */
const isHome = location.hostname === document.documentElement.dataset.home

const summary = document.getElementById('summary')
const rows = [...document.querySelectorAll('.row[data-ask]')]

/** The status of an answer; undefined: none came. */
async function statusOf(url) {
  try {
    const answer = await fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE),
    })
    return answer.status
  } catch {
    return undefined
  }
}

/** A question by the name; one that got lost is asked again, as browsers end what is under way when networks change. */
async function statusByName(name) {
  const url = `${location.protocol}//${name}/health`
  const status = await statusOf(url)
  if (status !== undefined) return status
  await new Promise((resolve) => setTimeout(resolve, AGAIN))
  return await statusOf(url)
}

async function stateOf({ dataset }) {
  const { ask } = dataset
  const name = isHome ? dataset.name : undefined
  if (name !== undefined && (await statusByName(name)) === 200) return 'ok'
  const status = await statusOf(`/-/state/${ask}`)
  if (status === 200) return name === undefined ? 'ok' : 'warn'
  return status === 503 ? 'off' : 'unknown'
}

/** Shows it; nothing is written where nothing changed, so that a screen reader hears only news. */
function show(row, state) {
  if (row.dataset.is === state) return
  row.dataset.is = state
  row.querySelector('.state').textContent = words[state]
}

function sum() {
  const isGood = ({ dataset }) => dataset.is === 'ok' || dataset.is === 'warn'
  // While no application of a cluster answers, there may be no cluster: they are no part of what is missing.
  const hasApps = rows.some((row) => 'app' in row.dataset && isGood(row))
  const counted = rows.filter(({ dataset }) => hasApps || !('app' in dataset))
  const good = counted.filter(isGood).length
  const silent = counted
    .filter(({ dataset }) => dataset.is === 'off')
    .map((row) => row.querySelector('h3').textContent)
  const rest = silent.length === 0 ? '' : ` ${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not.`
  const text = `${good} of ${counted.length} services answer.${rest}`
  if (summary.textContent !== text) summary.textContent = text
}

async function round() {
  const waiting = [...rows]
  const work = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) show(row, await stateOf(row))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  sum()
}

let timer
let busy = false

/** Asks again and again while somebody looks. */
async function go() {
  clearTimeout(timer)
  if (document.hidden || busy) return
  busy = true
  await round()
  busy = false
  timer = setTimeout(() => void go(), PACE)
}

document.addEventListener('visibilitychange', () => void go())
void go()
