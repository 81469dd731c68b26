export { loadScenario, parseScenario, type Scenario } from './scenario.ts';
export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
