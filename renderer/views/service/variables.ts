import type { Variable } from '../../../main/model/variable.ts'
import { sayService } from '../../words/service.ts'

/** Whether it is who one is, or what only the one may know. */
export const isUser = (variable: Variable): boolean => /USER(NAME)?$/.test(variable.name)
export const isPassword = (variable: Variable): boolean => /PASS(WORD|WD)?$/.test(variable.name)

/** What a variable is called for a person: "User", "Password", else its name. */
export function labelOf(variable: Variable): string {
  if (isUser(variable)) return sayService.user
  if (isPassword(variable)) return sayService.password
  return variable.name
}

/** The variables that get a row of their own: who one is, the password, then other secrets; all are in the environment. */
export function shownFirst(variables: readonly Variable[]): readonly Variable[] {
  const secret = variables.filter((one) => one.secret)
  return [
    ...variables.filter((one) => isUser(one) && !one.secret),
    ...secret.filter(isPassword),
    ...secret.filter((one) => !isPassword(one)),
  ]
}
