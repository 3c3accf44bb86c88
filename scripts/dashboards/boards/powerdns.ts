import type { Board } from '../board.ts'
import { graph, lines, now, prom, stat, steps } from '../shared.ts'

/**
 * The names are those of PowerDNS Authoritative Server 5.1 ("Performance and Tuning", Counters), with `pdns_auth_` before them
 * and `_` for `-` (its /metrics). 5.2 renames latency to latency-ewma.
 */
export const powerdns: Board = {
  name: 'powerdns',
  title: 'PowerDNS',
  says: 'Questions, answers and caches of the name server, and how long it takes. Its database is PostgreSQL (service powerdns-db).',
  rows: [
    {
      title: 'Questions',
      panels: [
        stat(
          'Up',
          'none',
          'Whether it shows its metrics for its key.',
          now('up{job="powerdns"}', 'PowerDNS'),
          {
            width: 4,
            steps: steps.up,
            words: ['down', 'up'],
          },
        ),
        stat('Runs for', 's', 'Since its last start.', now('pdns_auth_uptime', 'up'), { width: 4 }),
        graph(
          'Questions',
          'reqps',
          'By how they came.',
          [
            prom('rate(pdns_auth_udp_queries[$__rate_interval])', 'UDP'),
            prom('rate(pdns_auth_tcp_queries[$__rate_interval])', 'TCP'),
          ],
          { width: 16 },
        ),
        graph(
          'Not answered',
          'reqps',
          'SERVFAIL: its database does not answer. Dropped: more questions than it can ask the database.',
          [
            prom('rate(pdns_auth_servfail_packets[$__rate_interval])', 'SERVFAIL'),
            prom('rate(pdns_auth_timedout_packets[$__rate_interval])', 'too late'),
            prom('rate(pdns_auth_overload_drops[$__rate_interval])', 'dropped'),
            prom('rate(pdns_auth_corrupt_packets[$__rate_interval])', 'corrupt'),
          ],
        ),
        graph(
          'Latency',
          'µs',
          'What a packet takes within PowerDNS, a moving average.',
          prom('pdns_auth_latency', 'latency'),
        ),
      ],
    },
    {
      title: 'Caches and updates',
      panels: [
        graph(
          'Packet cache',
          'ops',
          'A hit is answered without the database.',
          [
            prom('rate(pdns_auth_packetcache_hit[$__rate_interval])', 'hit'),
            prom('rate(pdns_auth_packetcache_miss[$__rate_interval])', 'miss'),
          ],
          { width: 8 },
        ),
        graph(
          'Query cache',
          'ops',
          'Rows of the database that it remembers.',
          [
            prom('rate(pdns_auth_query_cache_hit[$__rate_interval])', 'hit'),
            prom('rate(pdns_auth_query_cache_miss[$__rate_interval])', 'miss'),
          ],
          { width: 8 },
        ),
        graph('Memory', 'bytes', 'Resident.', prom('pdns_auth_real_memory_usage', 'PowerDNS'), { width: 8 }),
        lines('Log', 'Of PowerDNS and its database.', '{service_name=~"powerdns|powerdns-db"}'),
      ],
    },
  ],
}
