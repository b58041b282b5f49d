import ms from 'ms';

console.log(`This was built ${ms(Date.now() - BUILT_AT, { long: true })} ago`);
