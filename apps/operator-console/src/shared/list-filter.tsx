import { SelectField } from '@helpdeskly/ui';
import type { ReactNode } from 'react';

interface ListFilterProps<Choice extends string> {
  readonly label: string;
  /** Empty: everything. */
  readonly value: Choice | '';
  readonly onChoose: (choice: Choice | '') => void;
  /** Its options. */
  readonly children: ReactNode;
}

/** What narrows the list below it, as wide as its words. */
export function ListFilter<Choice extends string>({ label, value, onChoose, children }: ListFilterProps<Choice>) {
  return (
    <div className="flex">
      <SelectField
        label={label}
        className="w-auto! max-w-full"
        value={value}
        onChange={({ target }) => onChoose(target.value as Choice | '')}
      >
        {children}
      </SelectField>
    </div>
  );
}
