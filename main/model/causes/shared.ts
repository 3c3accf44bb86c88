/** A cause is shared when it hits at least this many services. */
export const SHARED_FROM = 2
