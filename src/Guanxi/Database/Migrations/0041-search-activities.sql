-- What was written about a customer is found from the box too; the program fills in what is there already.
{search activity};
