/**
 * Grafana's JSON of our dashboards, by Grafana's own builder (Foundation SDK for TypeScript 0.0.21). It writes the classic schema,
 * version 42, which Grafana 13.2 reads from files ("Provision Grafana", Dashboards) and migrates by itself. What the builder
 * leaves out and we set: ids of panels (links to one panel use them), refIds, legends that show.
 */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import * as lokiSource from '@grafana/grafana-foundation-sdk/loki'
import * as logs from '@grafana/grafana-foundation-sdk/logs'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as tempo from '@grafana/grafana-foundation-sdk/tempo'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import type { Board, Panel, Query, Variable } from './board.ts'

/** The uids are those of assets/stack/grafana/provisioning/datasources. */
const sourceOf = (source: Query['source']) => ({ type: source, uid: source })

function targetOf(query: Query, index: number, kind: Panel['kind']): Builder<Dataquery> {
  const refId = String.fromCharCode('A'.charCodeAt(0) + index)
  if (query.source === 'loki') {
    const built = new lokiSource.DataqueryBuilder().refId(refId).expr(query.text).queryType('range')
    return query.legend === undefined ? built : built.legendFormat(query.legend)
  }
  if (query.source === 'tempo') {
    const built = new tempo.DataqueryBuilder().refId(refId).query(query.text).queryType('traceql').limit(20)
    return query.table === undefined
      ? built
      : built.tableType(query.table === 'traces' ? tempo.SearchTableType.Traces : tempo.SearchTableType.Spans)
  }
  const built = new prometheus.DataqueryBuilder().refId(refId).expr(query.text)
  if (query.legend !== undefined) built.legendFormat(query.legend)
  if (query.exemplar) built.exemplar(true)
  if (kind === 'table') built.format(prometheus.PromQueryFormat.Table)
  return query.instant ? built.instant() : built.range()
}

const descriptionOf = ({ says, needs }: Panel): string => (needs === undefined ? says : `${says}\n\n${needs}`)

const stepsOf = (steps: NonNullable<Panel['steps']>): dashboard.ThresholdsConfigBuilder =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([value, color]) => ({ value, color })))

const wordsOf = ([zero, one]: readonly [string, string]): dashboard.ValueMapping[] => [
  {
    type: dashboard.MappingType.ValueToText,
    options: { '0': { text: zero, color: 'red' }, '1': { text: one, color: 'green' } },
  },
]

type AnyPanel = timeseries.PanelBuilder | stat.PanelBuilder | table.PanelBuilder | logs.PanelBuilder

function shape(panel: Panel): AnyPanel {
  switch (panel.kind) {
    case 'graph': {
      const built = new timeseries.PanelBuilder()
        .legend(
          new common.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(common.LegendDisplayMode.List)
            .placement(common.LegendPlacement.Bottom),
        )
        .tooltip(
          new common.VizTooltipOptionsBuilder()
            .mode(common.TooltipDisplayMode.Multi)
            .sort(common.SortOrder.Descending),
        )
        .fillOpacity(panel.stacked ? 30 : 8)
      if (panel.stacked)
        built.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
      return built
    }
    case 'stat':
      return new stat.PanelBuilder()
        .colorMode(common.BigValueColorMode.Background)
        .textMode(common.BigValueTextMode.ValueAndName)
        .graphMode(common.BigValueGraphMode.None)
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    case 'table':
      return new table.PanelBuilder().showHeader(true)
    case 'logs':
      return new logs.PanelBuilder()
        .showTime(true)
        .wrapLogMessage(true)
        .enableLogDetails(true)
        .sortOrder(common.LogsSortOrder.Descending)
  }
}

function panelOf(panel: Panel, id: number): AnyPanel {
  const built = shape(panel)
    .id(id)
    .title(panel.title)
    .description(descriptionOf(panel))
    .datasource(sourceOf(panel.queries[0].source))
    .span(panel.width ?? 12)
    .height(panel.height ?? 8)
    .targets(panel.queries.map((query, index) => targetOf(query, index, panel.kind)))
  if (panel.kind === 'logs') return built
  built.unit(panel.unit)
  if (panel.min !== undefined) built.min(panel.min)
  if (panel.max !== undefined) built.max(panel.max)
  if (panel.steps !== undefined) built.thresholds(stepsOf(panel.steps))
  if (panel.words !== undefined) built.mappings(wordsOf(panel.words))
  return built
}

/** A variable that takes several values or all; Loki's is asked as Grafana's own editor writes it. */
function variableOf({ name, label, source, values, of }: Variable): dashboard.QueryVariableBuilder {
  const query =
    source === 'loki'
      ? { label: values, refId: 'LokiVariableQueryEditor-VariableQuery', stream: '', type: 1 }
      : `label_values(${of === undefined ? '' : `${of}, `}${values})`
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(sourceOf(source))
    .query(query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: ['All'], value: ['$__all'], selected: true })
}

const others = new dashboard.DashboardLinkBuilder('Macula dashboards')
  .type(dashboard.DashboardLinkType.Dashboards)
  .tags(['macula'])
  .asDropdown(true)
  .keepTime(true)

/** One dashboard as Grafana reads it. */
export function rendered(board: Board): dashboard.Dashboard {
  const built = new dashboard.DashboardBuilder(board.title)
    .uid(`macula-${board.name}`)
    .description(board.says)
    .tags(['macula'])
    .timezone('browser')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .links([others])
    .variables([
      ...(board.variables ?? []).map(variableOf),
      ...(board.find
        ? [new dashboard.TextBoxVariableBuilder('find').label('Contains').defaultValue('')]
        : []),
    ])
  let id = 0
  for (const row of board.rows) {
    built.withRow(new dashboard.RowBuilder(row.title).id(++id))
    for (const panel of row.panels) built.withPanel(panelOf(panel, ++id))
  }
  const made = built.build()
  // The builder puts links into the menu of controls, where nobody finds them; without a place they stand above the panels.
  for (const link of made.links ?? []) delete link.placement
  return made
}

/** Files by name, as they lie in assets/stack/grafana/dashboards. */
export const written = (boards: readonly Board[]): ReadonlyMap<string, string> =>
  new Map(
    boards.map((board) => [`${board.name}.json`, `${JSON.stringify(rendered(board), null, 1)}\n`] as const),
  )
