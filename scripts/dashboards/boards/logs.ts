import type { Board } from '../board.ts'
import { graph, lines, loki, needs, serviceVariable } from '../shared.ts'

/** Levels, patterns and lines; `$service` and `$find` narrow all of it. */
export const logs: Board = {
  name: 'logs',
  title: 'Logs explorer',
  says: 'All lines of all containers and pods. Choose services above, write a part of a line to find it; a line opens its trace.',
  variables: [serviceVariable],
  find: true,
  rows: [
    {
      title: 'How much',
      panels: [
        graph(
          'Lines by service',
          'cps',
          'Lines a second that contain what is looked for.',
          loki(
            'sum by (service_name) (rate({service_name=~"$service"} |= "$find"[$__auto]))',
            '{{service_name}}',
          ),
          { stacked: true },
        ),
        graph(
          'Lines by level',
          'cps',
          'By the level that Loki found in the line.',
          loki(
            'sum by (detected_level) (rate({service_name=~"$service"} |= "$find"[$__auto]))',
            '{{detected_level}}',
          ),
          { stacked: true },
        ),
        graph(
          'Bytes by service',
          'Bps',
          'Who fills the disk of Loki (kept for a week).',
          loki('sum by (service_name) (bytes_rate({service_name=~"$service"}[$__auto]))', '{{service_name}}'),
        ),
        graph(
          'Errors by service',
          'cps',
          'Lines a second whose level is error or worse.',
          loki(
            'sum by (service_name) (rate({service_name=~"$service"} | detected_level=~"error|critical|fatal" |= "$find"[$__auto]))',
            '{{service_name}}',
          ),
          { needs: needs.error },
        ),
      ],
    },
    {
      title: 'Lines',
      panels: [
        lines(
          'Errors',
          'Lines whose level is error or worse.',
          '{service_name=~"$service"} | detected_level=~"error|critical|fatal" |= "$find"',
          { needs: needs.error },
        ),
        lines(
          'Lines of a trace',
          'Lines that name a trace, in a field or in their text; each opens it.',
          '{service_name=~"$service"} |= "$find" | trace_id!=""',
          { needs: 'Has data once an application logs with a trace id (OTLP logs have it by themselves).' },
        ),
        lines('All lines', 'Newest first.', '{service_name=~"$service"} |= "$find"', { height: 16 }),
      ],
    },
  ],
}
