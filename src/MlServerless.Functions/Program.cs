return 200;
