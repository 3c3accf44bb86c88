import type { Board, Panel, Query } from '../board.ts'
import { graph, prom, quantile, share } from '../shared.ts'
import { beamTraces } from './beam-traces.ts'

/** Where a program's metrics come from (docs/applications.md): a pod that says so, or OTLP. */
const annotated = (plugin: string): string =>
  `Has data once an application with PromEx’ plugin ${plugin} is scraped: a pod with prometheus.io/scrape and prometheus.io/port.`

/** PromEx puts OTP_APP_prom_ex_ before its names; `{{pod}}` is whose they are. */
const ex = (name: string, match = ''): string => `{__name__=~".+_prom_ex_${name}"${match && `, ${match}`}}`
const who = '{{app}} {{pod}}'

const promEx = (
  plugin: string,
  title: string,
  unit: Panel['unit'],
  says: string,
  queries: Query | readonly [Query, ...Query[]],
  rest: Pick<Panel, 'width' | 'stacked' | 'min' | 'max'> = { width: 8 },
): Panel => graph(title, unit, says, queries, { ...rest, needs: annotated(plugin) })

/** Of a PromEx histogram (ms): its name is chosen by a pattern, which keeps `le` and whose it is. */
const took = (name: string, by: string): string =>
  quantile(0.95, ex(`${name}_milliseconds_bucket`), `app, pod${by && `, ${by}`}`)

/**
 * An application on the BEAM. Names of metrics: PromEx 1.11 (its plugins Beam, Phoenix, Ecto and Oban, and
 * the dashboards in its priv/).
 */
export const beam: Board = {
  name: 'beam',
  title: 'BEAM application',
  says: 'Erlang and Elixir programs: the virtual machine, Phoenix, Ecto and Oban, by PromEx’ metrics and by OpenTelemetry’s traces.',
  rows: [
    {
      title: 'Virtual machine (PromEx)',
      panels: [
        promEx(
          'Beam',
          'Memory',
          'bytes',
          'What the virtual machine has of the system.',
          prom(ex('beam_memory_allocated_bytes'), who),
        ),
        promEx(
          'Beam',
          'Memory by kind',
          'bytes',
          'binary that only grows: references to large binaries are kept. ets: tables. processes: heaps.',
          [
            prom(ex('beam_memory_processes_total_bytes'), 'processes {{pod}}'),
            prom(ex('beam_memory_binary_total_bytes'), 'binary {{pod}}'),
            prom(ex('beam_memory_ets_total_bytes'), 'ets {{pod}}'),
            prom(ex('beam_memory_code_total_bytes'), 'code {{pod}}'),
            prom(ex('beam_memory_atom_total_bytes'), 'atom {{pod}}'),
          ],
          { width: 8, stacked: true },
        ),
        promEx('Beam', 'Processes, ports, ETS tables', 'short', 'A line that only rises is a leak.', [
          prom(ex('beam_stats_process_count'), 'processes {{pod}}'),
          prom(ex('beam_stats_port_count'), 'ports {{pod}}'),
          prom(ex('beam_stats_ets_count'), 'ETS {{pod}}'),
        ]),
        promEx(
          'Beam',
          'Run queue',
          'short',
          'Processes that could run and wait for a scheduler. Above the number of schedulers for long: the machine is too small.',
          prom(ex('beam_stats_run_queue_count'), '{{type}} {{pod}}'),
        ),
        promEx('Beam', 'Schedulers', 'short', 'That are online, and processes that run on them.', [
          prom(ex('beam_system_schedulers_online_info'), 'schedulers {{pod}}'),
          prom(ex('beam_stats_active_task_count'), 'running, {{type}} {{pod}}'),
        ]),
        promEx(
          'Beam',
          'Work',
          'ops',
          'Reductions a second, in millions: what the schedulers get done.',
          prom(`rate(${ex('beam_stats_reduction_count')}[$__rate_interval]) / 1000000`, who),
        ),
        promEx(
          'Beam',
          'Garbage collection',
          'ops',
          'Collections a second.',
          prom(`rate(${ex('beam_stats_gc_count')}[$__rate_interval])`, who),
        ),
        promEx(
          'Beam',
          'Port I/O',
          'Bps',
          'Bytes through sockets and files.',
          prom(`rate(${ex('beam_stats_port_io_byte_count')}[$__rate_interval])`, '{{type}} {{pod}}'),
        ),
        promEx(
          'Beam',
          'Atoms',
          'short',
          'Atoms are never collected; at the limit (1,048,576) the virtual machine ends.',
          prom(ex('beam_stats_atom_count'), who),
        ),
      ],
    },
    {
      title: 'Phoenix (PromEx)',
      panels: [
        promEx(
          'Phoenix',
          'Requests by code',
          'reqps',
          'Answers a second.',
          prom(
            `sum by (app, pod, status) (rate(${ex('phoenix_http_requests_total')}[$__rate_interval]))`,
            `{{status}} ${who}`,
          ),
          { width: 8, stacked: true },
        ),
        promEx(
          'Phoenix',
          'Duration by route (95 %)',
          'ms',
          'Ninety-five of a hundred take less.',
          prom(took('phoenix_http_request_duration', 'path'), '{{path}} {{pod}}'),
        ),
        promEx(
          'Phoenix',
          'Share of server errors',
          'percentunit',
          'Answers of 500 and more of all.',
          prom(
            share(
              ex('phoenix_http_requests_total', 'status=~"5.."'),
              ex('phoenix_http_requests_total'),
              'app, pod',
            ),
            who,
          ),
          { width: 8, min: 0, max: 1 },
        ),
        promEx(
          'Phoenix',
          'Channels joined',
          'ops',
          'By result.',
          prom(
            `sum by (app, pod, result) (rate(${ex('phoenix_channel_joined_total')}[$__rate_interval]))`,
            `{{result}} ${who}`,
          ),
        ),
        promEx(
          'Phoenix',
          'Channel events (95 %)',
          'ms',
          'What handle_in takes.',
          prom(took('phoenix_channel_handled_in_duration', 'event'), '{{event}} {{pod}}'),
        ),
        promEx(
          'Phoenix',
          'Sockets connected',
          'ops',
          'By transport and result.',
          prom(
            `sum by (app, pod, transport, result) (rate(${ex('phoenix_socket_connected_duration_milliseconds_count')}[$__rate_interval]))`,
            `{{transport}} {{result}} ${who}`,
          ),
        ),
      ],
    },
    {
      title: 'Ecto (PromEx)',
      panels: [
        promEx(
          'Ecto',
          'Queries by table',
          'ops',
          'Queries a second.',
          prom(
            `sum by (app, pod, source) (rate(${ex('ecto_repo_query_execution_time_milliseconds_count')}[$__rate_interval]))`,
            '{{source}} {{pod}}',
          ),
        ),
        promEx(
          'Ecto',
          'Execution (95 %)',
          'ms',
          'In the database.',
          prom(took('ecto_repo_query_execution_time', 'source'), '{{source}} {{pod}}'),
        ),
        promEx(
          'Ecto',
          'Waiting for a connection (95 %)',
          'ms',
          'The pool is too small, or queries hold it for long.',
          prom(took('ecto_repo_query_queue_time', 'repo'), '{{repo}} {{pod}}'),
        ),
      ],
    },
    {
      title: 'Oban (PromEx)',
      panels: [
        promEx(
          'Oban',
          'Jobs by queue and state',
          'short',
          'available that only grows: more comes in than is worked off.',
          prom(ex('oban_queue_length_count'), '{{queue}} {{state}} {{pod}}'),
        ),
        promEx('Oban', 'Jobs', 'ops', 'Finished and failed a second.', [
          prom(
            `sum by (app, pod, queue) (rate(${ex('oban_job_processing_duration_milliseconds_count')}[$__rate_interval]))`,
            '{{queue}} {{pod}}',
          ),
          prom(
            `sum by (app, pod, queue) (rate(${ex('oban_job_exception_duration_milliseconds_count')}[$__rate_interval]))`,
            '{{queue}} failed {{pod}}',
          ),
        ]),
        promEx(
          'Oban',
          'Duration by worker (95 %)',
          'ms',
          'Ninety-five of a hundred take less.',
          prom(took('oban_job_processing_duration', 'worker'), '{{worker}} {{pod}}'),
        ),
      ],
    },
    ...beamTraces,
  ],
}
