import { fresh } from './actor.ts'

/** Before the first of these tests nothing of ours is there, whatever a run that was ended by force left behind. */
export async function setup(): Promise<void> {
  await fresh()
}
