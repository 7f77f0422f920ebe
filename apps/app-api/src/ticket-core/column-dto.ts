import type { FieldOptions } from '@helpdeskly/http';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { Answer, Change, Column, Columns, Opening } from './column.js';

type Class<T> = new () => T;

/** A class that documents what answers hold. */
export function answerClass<L extends Columns>(columns: L): Class<Answer<L>> {
  class Answered {}
  for (const [name, each] of Object.entries(columns))
    if (each.rules.answer !== undefined) ApiProperty(documented(each))(Answered.prototype, name);
  return Answered as Class<Answer<L>>;
}

function documented({ type: { schema }, rules }: Column): ApiPropertyOptions {
  const isHidden = rules.customers === 'nothing';
  return {
    ...schema,
    ...(rules.nullable === true && { nullable: true }),
    ...(isHidden && { required: false }),
    ...describedAs(rules.answer?.description, isHidden ? 'Absent if a customer asks.' : undefined),
  } as ApiPropertyOptions;
}

/** A class whose fields open a row. */
export function openingClass<L extends Columns>(columns: L): Class<Opening<L>> {
  return inputClass(columns, ({ nullable, set }) => ({
    ...(set?.initial !== undefined && { optional: true }),
    ...((nullable ?? set?.clears) === true && { nullable: true }),
    ...set?.open,
    ...describedAs(
      set?.open?.description,
      set?.byCustomers?.includes('open') === true ? undefined : 'Not for customers.',
    ),
  })) as Class<Opening<L>>;
}

/** A class whose fields change one. */
export function changeClass<L extends Columns>(columns: L): Class<Change<L>> {
  return inputClass(columns, ({ nullable, set }) => ({
    optional: true,
    ...((nullable ?? set?.clears) === true && { nullable: true }),
    ...set?.change,
  }));
}

function inputClass(columns: Columns, options: (rules: Column['rules']) => FieldOptions): Class<object> {
  class Input {}
  for (const [name, { rules }] of Object.entries(columns)) rules.set?.field(options(rules))(Input.prototype, name);
  return Input;
}

function describedAs(...sentences: readonly (string | undefined)[]): { readonly description?: string } {
  const said = sentences.filter((sentence) => sentence !== undefined);
  return said.length === 0 ? {} : { description: said.join(' ') };
}
