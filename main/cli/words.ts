/** Words for people that more than one command says. */

/** What holds when nothing was changed on the machine (fault 15). */
export const NOTHING_CHANGED = 'Nothing was changed. Everything still works by address and port:'
