// Nobody declares it.
z = 1;
