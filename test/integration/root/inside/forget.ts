/** Undoes in the sandbox what a set-up of this machine left, before a plain user's story. */
import { end, forget } from './story.ts'

await forget()
end({})
