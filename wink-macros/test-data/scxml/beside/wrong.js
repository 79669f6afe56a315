// What is wrong here stands here.
x = 1;
let y = 2;
