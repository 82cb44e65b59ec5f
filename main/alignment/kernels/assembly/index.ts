export { assign } from './assign';
export { multiplyPanels } from './multiply';
