import type { ServiceSpec } from '../../../model/service.ts'
import { homePage } from './home-page.ts'
import { HOME } from './plan.ts'
import { homeSheet } from './sheets.ts'
import { unansweredPage, unansweredText } from './unanswered-page.ts'

/** What is rendered of the ingress, by path in its folder. `routes`: nginx' server blocks. */
export function ingressFiles(
  services: readonly ServiceSpec[],
  suffix: string,
  routes: string,
): ReadonlyMap<string, string> {
  return new Map([
    ['routes/services.conf', routes],
    ['home/index.html', homePage(services, suffix)],
    ['home/-/unknown.html', homePage(services, suffix, 'unknown')],
    ['home/-/nowhere.html', homePage(services, suffix, 'nowhere')],
    ['home/-/unanswered.html', unansweredPage(suffix, `${HOME}.${suffix}`)],
    ['home/-/unanswered.txt', unansweredText()],
    ['home/-/page/window.css', homeSheet()],
  ])
}

/** Whether nginx takes a file over without a new container: routes when it is told to, pages by itself. */
export function isLiveFile(path: string): boolean {
  return path.startsWith('routes/') || path.startsWith('home/')
}
