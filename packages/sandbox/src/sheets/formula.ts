import { cellName, columnIndex } from './range.ts'
import type { Cell, Sheet } from './spreadsheets.ts'

/** What a formula comes to: a number, a text, or an error such as `#NAME?`. */
export type FormulaValue = string | number | boolean

const tokens = /\s*(?:(\d+(?:\.\d+)?)|"((?:[^"]|"")*)"|([A-Za-z]{1,3}\d{1,7})|([A-Za-z]+)|(<=|>=|<>|[-+*/^&=<>(),:]))/y
const priorities: Readonly<Record<string, number>> = {
  '=': 1,
  '<>': 1,
  '<': 1,
  '>': 1,
  '<=': 1,
  '>=': 1,
  '&': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '^': 5,
}

/** What cells came to in this calculation. */
type Known = Map<string, FormulaValue>

/** A formula that this sandbox cannot calculate, with what the cell shows instead. */
class FormulaError extends Error {}

/**
 * Calculates plain formulas: numbers, texts, references within the sheet, operators, and SUM, AVERAGE, MIN, MAX, COUNT,
 * ROUND, ABS, IF and CONCATENATE. Everything else comes to `#NAME?`.
 */
export function formulaValue(sheet: Sheet, formula: string, known: Known = new Map()): FormulaValue {
  try {
    const value = new Calculation(sheet, formula.replace(/^=/, ''), known).run()
    return typeof value === 'number' && !Number.isFinite(value) ? '#DIV/0!' : value
  } catch (error) {
    if (error instanceof FormulaError) return error.message
    throw error
  }
}

/** The value of a cell as formulas see it. */
function referenced(sheet: Sheet, name: string, known: Known): FormulaValue | undefined {
  const [, column = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(name) ?? []
  const cell: Cell = sheet.cells[Number(row) - 1]?.[columnIndex(column)]
  if (typeof cell !== 'object') return cell
  if ('rich' in cell) return cell.rich.map(({ text }) => String(text ?? '')).join('')
  const value = known.get(name)
  if (value !== undefined) return value
  // Stands there while the cell is being calculated, so that a circle ends.
  known.set(name, '#REF!')
  known.set(name, formulaValue(sheet, cell.formula, known))
  return known.get(name)
}

class Calculation {
  readonly #sheet: Sheet
  readonly #known: Known
  readonly #tokens: RegExpExecArray[] = []
  #next = 0

  constructor(sheet: Sheet, text: string, known: Known) {
    this.#sheet = sheet
    this.#known = known
    tokens.lastIndex = 0
    while (tokens.lastIndex < text.trimEnd().length) {
      const token = tokens.exec(text)
      if (!token) throw new FormulaError('#NAME?')
      this.#tokens.push(token)
    }
  }

  run(): FormulaValue {
    const value = this.#expression(0)
    if (this.#next < this.#tokens.length) throw new FormulaError('#NAME?')
    return value
  }

  #expression(priority: number): FormulaValue {
    let left = this.#operand()
    for (;;) {
      const operator = this.#tokens[this.#next]?.[5] ?? ''
      const own = priorities[operator] ?? 0
      if (own <= priority) return left
      this.#next += 1
      left = operated(operator, left, this.#expression(own))
    }
  }

  #operand(): FormulaValue {
    const [, number, text, reference, name, sign] = this.#tokens[this.#next] ?? []
    this.#next += 1
    if (number !== undefined) return Number(number)
    if (text !== undefined) return text.replaceAll('""', '"')
    if (reference !== undefined) return referenced(this.#sheet, reference.toUpperCase(), this.#known) ?? 0
    if (sign === '-') return -numeric(this.#operand())
    if (sign === '(') {
      const inner = this.#expression(0)
      this.#expect(')')
      return inner
    }
    if (name !== undefined && this.#tokens[this.#next]?.[5] === '(') return this.#call(name.toUpperCase())
    throw new FormulaError('#NAME?')
  }

  #call(name: string): FormulaValue {
    const values: (FormulaValue | undefined)[] = []
    this.#next += 1
    while (this.#tokens[this.#next]?.[5] !== ')') {
      const [, , , reference] = this.#tokens[this.#next] ?? []
      if (reference !== undefined && this.#tokens[this.#next + 1]?.[5] === ':') values.push(...this.#area(reference))
      else values.push(this.#expression(0))
      if (this.#tokens[this.#next]?.[5] !== ')') this.#expect(',')
    }
    this.#next += 1
    const called = functions[name]
    if (!called) throw new FormulaError('#NAME?')
    return called(values)
  }

  #area(first: string): (FormulaValue | undefined)[] {
    const last = this.#tokens[this.#next + 2]?.[3]
    const from = /^([A-Z]+)(\d+)$/i.exec(first)
    const until = /^([A-Z]+)(\d+)$/i.exec(last ?? '')
    if (!from || !until) throw new FormulaError('#NAME?')
    this.#next += 3
    const values: (FormulaValue | undefined)[] = []
    for (let row = Number(from[2]); row <= Math.min(Number(until[2]), this.#sheet.rowCount); row += 1) {
      for (let column = columnIndex(from[1] ?? ''); column <= columnIndex(until[1] ?? ''); column += 1) {
        values.push(referenced(this.#sheet, cellName(row - 1, column), this.#known))
      }
    }
    return values
  }

  #expect(sign: string): void {
    if (this.#tokens[this.#next]?.[5] !== sign) throw new FormulaError('#NAME?')
    this.#next += 1
  }
}

const functions: Readonly<Record<string, (values: readonly (FormulaValue | undefined)[]) => FormulaValue>> = {
  SUM: (values) => total(numbers(values)),
  AVERAGE: (values) => total(numbers(values)) / numbers(values).length,
  MIN: (values) => Math.min(...numbers(values)),
  MAX: (values) => Math.max(...numbers(values)),
  COUNT: (values) => numbers(values).length,
  ABS: ([value]) => Math.abs(numeric(value ?? 0)),
  ROUND: ([value, digits]) => Number(numeric(value ?? 0).toFixed(numeric(digits ?? 0))),
  IF: ([condition, yes, no]) => (condition ? (yes ?? 0) : (no ?? false)),
  CONCATENATE: (values) => values.map((value) => String(value ?? '')).join(''),
}

function operated(operator: string, left: FormulaValue, right: FormulaValue): FormulaValue {
  switch (operator) {
    case '+':
      return numeric(left) + numeric(right)
    case '-':
      return numeric(left) - numeric(right)
    case '*':
      return numeric(left) * numeric(right)
    case '/':
      return numeric(left) / numeric(right)
    case '^':
      return numeric(left) ** numeric(right)
    case '&':
      return String(left) + String(right)
    case '=':
      return left === right
    case '<>':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    case '<=':
      return left <= right
    default:
      return left >= right
  }
}

function numeric(value: FormulaValue): number {
  const number = Number(value)
  if (typeof value === 'string' && value.startsWith('#')) throw new FormulaError(value)
  if (Number.isNaN(number)) throw new FormulaError('#VALUE!')
  return number
}

function numbers(values: readonly (FormulaValue | undefined)[]): number[] {
  return values.filter((value) => typeof value === 'number')
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
