/** The steps of set-up as the engine tells every face, on one line. */
import { openSystem } from '../../../../main/system/open-system.ts'

const { engine } = await openSystem(process.env)
process.stdout.write(JSON.stringify(await engine.wizard()))
await engine.close()
process.exit(0)
