import { fresh } from '../../../integration/support/actor.ts'

/** After the last of these tests the machine is as it was. */
export async function teardown(): Promise<void> {
  await fresh()
}
