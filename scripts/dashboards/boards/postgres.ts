import type { Board, Panel, Query } from '../board.ts'
import { graph, lines, needs, prom, stat, now, steps } from '../shared.ts'

const compressed = 'Has data once a chunk is compressed (policies of compression need the Community licence).'

const of = 'datname=~"$database"'

const exported = (
  title: string,
  unit: Panel['unit'],
  says: string,
  queries: Query | readonly [Query, ...Query[]],
  width = 8,
): Panel => graph(title, unit, says, queries, { width })

/**
 * TimescaleDB and the database of PowerDNS. The names are postgres_exporter's as Alloy 1.18.1 carries it (0.19:
 * collectors database, stat_database, locks, long_running_transactions, stat_statements, and pg_stat_activity of its own queries);
 * those that begin with timescaledb_ are of assets/stack/alloy/timescaledb.yml.
 */
export const postgres: Board = {
  name: 'postgres',
  title: 'PostgreSQL and TimescaleDB',
  says: 'Connections, statements, locks and space of both PostgreSQL servers; hypertables, chunks and compression of TimescaleDB.',
  variables: [
    {
      name: 'database',
      label: 'Database',
      source: 'prometheus',
      values: 'datname',
      of: 'pg_database_size_bytes',
    },
  ],
  rows: [
    {
      title: 'Connections',
      panels: [
        stat('Up', 'none', 'Whether the exporter reaches the server.', now('pg_up', '{{job}}'), {
          width: 4,
          steps: steps.up,
          words: ['down', 'up'],
        }),
        graph(
          'Connections by state',
          'short',
          'idle in transaction: a program that began and does not go on; it holds locks.',
          prom(`sum by (state) (pg_stat_activity_count{${of}})`, '{{state}}'),
          { width: 12, stacked: true },
        ),
        graph(
          'Of what is allowed',
          'percentunit',
          'At 100 % the next one is refused (max_connections).',
          prom(
            'sum by (instance) (pg_stat_database_numbackends) / max by (instance) (pg_settings_max_connections)',
            '{{instance}}',
          ),
          { width: 8, min: 0, max: 1 },
        ),
      ],
    },
    {
      title: 'Statements',
      panels: [
        exported('Transactions', 'ops', 'Committed and rolled back a second.', [
          prom(
            `sum by (datname) (rate(pg_stat_database_xact_commit{${of}}[$__rate_interval]))`,
            '{{datname}} committed',
          ),
          prom(
            `sum by (datname) (rate(pg_stat_database_xact_rollback{${of}}[$__rate_interval]))`,
            '{{datname}} rolled back',
          ),
        ]),
        exported(
          'Slowest statements',
          's',
          'Seconds of run time a second, the ten that cost most, by their id in pg_stat_statements.',
          prom(
            `topk(10, sum by (datname, queryid) (rate(pg_stat_statements_seconds_total{${of}}[$__rate_interval])))`,
            '{{datname}} {{queryid}}',
          ),
        ),
        exported(
          'Longest transaction',
          's',
          'It keeps what others deleted from being cleaned.',
          prom('max by (instance) (pg_long_running_transactions_oldest_timestamp_seconds)', '{{instance}}'),
        ),
        exported(
          'Read from memory',
          'percentunit',
          'Of all blocks. Far below 99 %: shared_buffers is small for what is read.',
          prom(
            `sum by (datname) (rate(pg_stat_database_blks_hit{${of}}[$__rate_interval])) / (sum by (datname) (rate(pg_stat_database_blks_hit{${of}}[$__rate_interval])) + sum by (datname) (rate(pg_stat_database_blks_read{${of}}[$__rate_interval])) > 0)`,
            '{{datname}}',
          ),
        ),
        exported(
          'Locks',
          'short',
          'By mode; AccessExclusiveLock keeps everybody out of a table.',
          prom(`sum by (mode) (pg_locks_count{${of}})`, '{{mode}}'),
        ),
        exported(
          'Deadlocks',
          'ops',
          'Two transactions that waited for each other; one was ended.',
          prom(`sum by (datname) (rate(pg_stat_database_deadlocks{${of}}[$__rate_interval]))`, '{{datname}}'),
        ),
      ],
    },
    {
      title: 'Space and hypertables',
      panels: [
        exported(
          'Size of databases',
          'bytes',
          'On the disk.',
          prom(`pg_database_size_bytes{${of}}`, '{{datname}}'),
        ),
        graph(
          'Hypertables',
          'bytes',
          'Size of each with its indexes.',
          prom('timescaledb_hypertable_size_bytes', '{{hypertable}}'),
          { width: 8 },
        ),
        graph(
          'Chunks',
          'short',
          'Of each hypertable; thousands make planning slow.',
          [
            prom('timescaledb_chunks', '{{hypertable}}'),
            prom('timescaledb_compressed_chunks', '{{hypertable}} compressed'),
          ],
          { width: 8 },
        ),
        graph(
          'Before and after compression',
          'bytes',
          'Of the chunks that are compressed.',
          [
            prom('timescaledb_compression_before_bytes', '{{hypertable}} before'),
            prom('timescaledb_compression_after_bytes', '{{hypertable}} after'),
          ],
          { width: 8, needs: compressed },
        ),
        exported(
          'Dead rows',
          'short',
          'Deleted rows that vacuum has yet to take away.',
          prom(`sum by (datname) (pg_stat_user_tables_n_dead_tup{${of}})`, '{{datname}}'),
        ),
        exported(
          'Temporary files',
          'Bps',
          'Sorts and joins that did not fit into work_mem.',
          prom(
            `sum by (datname) (rate(pg_stat_database_temp_bytes{${of}}[$__rate_interval]))`,
            '{{datname}}',
          ),
        ),
      ],
    },
    {
      title: 'Log',
      panels: [
        lines(
          'Errors',
          'Statements that failed, connections that were refused.',
          '{service_name=~"timescaledb|powerdns-db"} |~ "ERROR|FATAL|PANIC"',
          { needs: needs.line },
        ),
        lines('Lines', 'Of both servers.', '{service_name=~"timescaledb|powerdns-db"}'),
      ],
    },
  ],
}
