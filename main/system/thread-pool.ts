/**
 * getaddrinfo runs on libuv's pool, and only half of its threads may do such slow work at a time (libuv, threadpool.c).
 * With the default of four, names that each take 5 s would wait for each other and be measured far too slow. Must be
 * loaded before anything uses the pool; whatever the environment says, for it speaks of other programs.
 */
process.env['UV_THREADPOOL_SIZE'] = '64'
