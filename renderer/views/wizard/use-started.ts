import { startedOf, type Started } from '../../../main/model/started.ts'
import { useShellState } from '../../store/use-shell.ts'

/** How far the first start is, as it is drawn now: the one count for its heading and the list of steps. */
export function useStarted(chosen: readonly string[] | null): Started {
  const services = useShellState((state) => state.shown?.services)
  return startedOf(services ?? [], chosen)
}
