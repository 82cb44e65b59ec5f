import { Page } from '../../components/page.tsx';

/** A project's labelled data: what is trained on, selected on and tested on. */
export function DataPage() {
  return <Page title="Data">{null}</Page>;
}
