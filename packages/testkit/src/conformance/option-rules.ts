import { botOf, reason, type Subject } from './subject.ts'

const unknownOption = 'noSuchOptionAtAll'

/** Unknown options are refused, optional ones accept undefined. */
export async function optionProblems(subject: Subject): Promise<string[]> {
  const { options } = subject.record.definition
  if (!options) return []
  const problems: string[] = []
  const refusal = await refusalOf(subject, { [unknownOption]: true })
  if (refusal === undefined) problems.push('options: an unknown option is accepted; let the schema be strict')
  else if (!refusal.includes(unknownOption))
    problems.push(`options: the refusal of an unknown one does not name it: ${refusal}`)

  const optional = optionalNames(options['~standard'].jsonSchema)
  const allUndefined = Object.fromEntries(optional.map((name) => [name, undefined]))
  const undefinedRefusal = await refusalOf(subject, allUndefined)
  if (undefinedRefusal !== undefined)
    problems.push(`options: undefined is refused for optional ones: ${undefinedRefusal}`)
  return problems
}

async function refusalOf(subject: Subject, options: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  try {
    await using _ = await botOf([...subject.others, subject.plugin(options)], false)
    return undefined
  } catch (error) {
    return reason(error)
  }
}

function optionalNames(
  source: { input(options: object): { properties?: object; required?: readonly string[] } } | undefined,
) {
  const schema = source?.input({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } })
  return Object.keys(schema?.properties ?? {}).filter((name) => !schema?.required?.includes(name))
}
