/** Where in the project's file something is: ['certificates', 'bits']. Paths of the layout start in its part `flash`: ['regions', 2, 'address']. */
export type JsonPath = readonly (string | number)[];

/** A value for a place in the project's file; undefined takes it out. */
export interface JsonChange {
  at: (string | number)[];
  value: unknown;
}
