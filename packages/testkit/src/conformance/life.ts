import { botOf, reason, type Subject } from './subject.ts'

/** A bot with the plugin does nothing outward before start(), runs, closes twice, and lives beside another. */
export async function lifeProblems(subject: Subject): Promise<string[]> {
  return [...(await beforeStartProblems(subject)), ...(await twoBotsProblems(subject))]
}

async function beforeStartProblems(subject: Subject): Promise<string[]> {
  const problems: string[] = []
  await using test = await botOf([...subject.others, subject.plugin()], false)
  const calls = await test.sandbox.calls()
  if (calls.length > 0)
    problems.push(
      `setup: it calls the platform (${calls.map(({ path }) => path).join(', ')}); calls belong into onReady or later`,
    )
  await test.start()
  await test.close()
  try {
    await test.bot.close()
  } catch (error) {
    problems.push(`close: a second close fails: ${reason(error)}`)
  }
  return [...problems, ...test.failures.map(({ error }) => `start: a handler failed: ${reason(error)}`)]
}

async function twoBotsProblems(subject: Subject): Promise<string[]> {
  const plugins = () => [...subject.others, subject.plugin()]
  await using first = await botOf(plugins(), true)
  try {
    await using second = await botOf(plugins(), true)
    const before = await second.bot.status()
    await first.close()
    const after = await second.bot.status()
    return before.state === after.state
      ? []
      : [`two bots: closing one turns the other from ${before.state} to ${after.state}`]
  } catch (error) {
    return [`two bots: a second one in the same process fails: ${reason(error)}`]
  }
}
