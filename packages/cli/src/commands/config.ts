import { describeConfig, explainConfig, loadConfigFile } from '@larkspur/core'

/** Options of `larkspur config`. */
export interface ConfigOptions {
  readonly cwd: string
  readonly config?: string | undefined
  readonly json: boolean
}

/** `larkspur config`: every option, its value and where it comes from. */
export async function config({ cwd, config: file, json }: ConfigOptions): Promise<number> {
  const { config } = await loadConfigFile({ cwd, file })
  const { origins, warnings } = await explainConfig(config)
  process.stdout.write(`${json ? JSON.stringify(origins, undefined, 2) : describeConfig(origins)}\n`)
  for (const warning of warnings) process.stderr.write(`! ${warning}\n`)
  return 0
}
