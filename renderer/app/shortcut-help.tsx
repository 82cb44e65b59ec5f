import { Modal } from '@mantine/core';
import { ShortcutTable } from '../components/shortcut-table.tsx';

export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <ShortcutTable />
    </Modal>
  );
}
