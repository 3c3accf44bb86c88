/** Words for people that more than one command says. */

/** What a person is told who said no before anything was done. */
export const NOTHING_CHANGED = 'Nothing was changed. Everything is as it was.'

/** What holds when set-up changed nothing on the machine (fault 15). */
export const STILL_WORKS = 'Nothing was changed. Everything still works by address and port'
