import { say } from '../process.mjs'
import { done, median, PROJECT } from './prepare.mjs'

const AIM = 3

/** Looks in a round. */
const LOOKS = 5

/** `maculactl status`, all rungs of all services, against `docker compose ps`, which asks Docker alone; taking turns. */
export async function status(actor, { rounds }) {
  const [ours, theirs] = [[], []]
  const peer = actor.docker(['compose', '--project-name', PROJECT, 'ps'])
  for (let turn = 0; turn < rounds * LOOKS; turn++) {
    theirs.push(await ms(peer))
    ours.push(await ms(actor.maculactl(['status'])))
  }
  say(`status: ${rounds * LOOKS} looks each`)
  const ratio = median(ours) / median(theirs)
  console.log(`\ndocker compose ps             ${median(theirs).toFixed(0)} ms`)
  console.log(
    `maculactl status              ${median(ours).toFixed(0)} ms, worst ${Math.max(...ours).toFixed(0)} ms`,
  )
  console.log(`ratio of the medians          ${ratio.toFixed(2)}  (aim: at most ${AIM})`)
}

async function ms(command) {
  const began = performance.now()
  await done(command)
  return performance.now() - began
}
