import type { Device } from '../../../preload/contract/system.ts';
import type { FieldChoice } from './option-fields.ts';

/**
 * What may be named as a runtime's device, usable or not.
 * @param devices undefined until they have been looked for
 */
export function deviceChoices(devices: readonly Device[] | undefined, runtime: string): readonly FieldChoice[] {
  const own = devices?.filter((device) => device.runtime === runtime) ?? [];
  const first = own.find(({ usable }) => usable);
  const automatic =
    first === undefined ? 'The first one that works.' : `The first one that works: here ${first.device}.`;
  return [
    {
      value: 'auto',
      label: 'auto',
      explanation: devices === undefined ? 'The first one that works; looking for devices…' : automatic,
      disabled: false,
    },
    ...own.map(({ device, usable, explanation }) => ({
      value: device,
      label: usable ? device : `${device}, not available`,
      explanation,
      disabled: !usable,
    })),
  ];
}
