/** The functions are bundled with the production build of React, which also renders faster. */
process.env.NODE_ENV = 'production';
