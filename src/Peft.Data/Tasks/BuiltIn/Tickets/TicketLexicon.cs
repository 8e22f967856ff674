namespace Peft.Data;

/// <summary>The sentences of which tickets are made, and the words that vary in them.</summary>
internal static class TicketLexicon
{
    /// <summary>The intents, most frequent first.</summary>
    public static TicketIntent[] Intents { get; } =
    [
        new("delivery_status", 20,
            ["where is my {item}", "my {item} has not arrived", "the tracking of my {item} has not changed for {days}",
                "when will my {item} be here", "I have been waiting for my {item} for {days}", "can you tell me how far my {item} is",
                "my {item} should have been here {days} ago", "any news about the parcel with my {item}"],
            ["the {item} that was late last month has arrived", "the tracking works again", "my earlier parcel came in the end"]),
        new("return_item", 15,
            ["I would like to send the {item} back", "how do I return my {item}", "the {item} does not suit me, can I give it back",
                "please send me a return label for the {item}", "I want to return the {item} within the {days}",
                "I no longer need the {item} and want to send it back", "what must I do so that you take the {item} back",
                "the {item} is not what I hoped for and should go back to you"],
            ["the {item} that I returned in spring was accepted", "sending back the {item} last time was easy",
                "the return label of last month worked"]),
        new("refund_status", 13,
            ["when do I get my money back for the {item}", "I have not received the refund for the {item}",
                "you got the {item} back {days} ago, where is my refund", "the money for the returned {item} is still missing",
                "how long does the refund of the {item} take", "the refund for my {item} was promised {days} ago",
                "my account still shows no credit for the {item} that I sent back", "I am waiting to be paid back for the {item}"],
            ["the refund for my old {item} came through", "you paid me back for the {item} quickly", "my last refund was no problem"]),
        new("cancel_order", 11,
            ["please cancel my order of the {item}", "I ordered the {item} by mistake, stop it", "can I still cancel the {item}",
                "I do not want the {item} that I ordered today any more", "do not ship the {item}, please",
                "I changed my mind about the {item} before it is sent", "take the {item} out of my order before it leaves",
                "is it too late to call off the {item}"],
            ["the order that I cancelled in spring is closed", "cancelling the {item} last year worked well",
                "the {item} that I ordered by mistake was stopped in time"]),
        new("change_address", 9,
            ["please send the {item} to another address", "I moved, can the {item} go to my new home", "the street on my order is wrong",
                "I entered the wrong house number for the {item}", "can you change where the {item} is delivered",
                "my {item} must go to my office instead", "the parcel with the {item} would go to my old flat, please correct that",
                "I gave you an old postcode for the {item}"],
            ["you changed my address in time when I moved", "the wrong house number of last time is corrected",
                "my new address is in your system already"]),
        new("damaged_item", 8,
            ["the {item} arrived broken", "there is a crack in my {item}", "the {item} does not work at all",
                "my {item} came with a scratch", "the box was open and the {item} is damaged", "the {item} stopped working after {days}",
                "a part of the {item} had snapped off when I opened it", "the {item} is dead on arrival"],
            ["the broken {item} of last year was replaced", "the scratch on my old {item} was repaired",
                "the damaged {item} in March is forgotten"]),
        new("wrong_item", 7,
            ["I received the wrong {item}", "you sent me a different {item} from the one that I ordered",
                "the {item} has the wrong colour", "this is not the {item} that I bought", "I got somebody else's {item}",
                "the {item} is two sizes smaller than ordered", "instead of the {item} there was something else in the box",
                "the model of the {item} in the parcel is not mine"],
            ["the wrong {item} of last time was exchanged", "the colour that you mixed up in May is settled",
                "you once sent me another {item}, which was exchanged at once"]),
        new("payment_failed", 6,
            ["my card is declined when I pay for the {item}", "I cannot pay for the {item}", "the payment for the {item} fails every time",
                "the checkout shows an error when I pay", "my bank says yes but your page refuses the payment",
                "paying for the {item} with my card does not go through", "your shop does not take my card for the {item}",
                "the page turns me away at the last step, when the money should go out"],
            ["the card that was declined last week works again", "paying went through this time",
                "the error at the checkout is gone"]),
        new("charged_twice", 4,
            ["I was charged twice for the {item}", "you took the money for the {item} two times",
                "my statement shows the {item} double", "there are two payments for one {item}",
                "I paid for the {item} once and you debited it again", "the amount for the {item} was debited a second time after {days}",
                "one {item}, two debits: give one back", "why does my bank list the price of the {item} two times"],
            ["the double charge of last year was corrected", "the second debit in spring came back",
                "the amount that was taken twice is back on my account"]),
        new("reset_password", 3,
            ["I forgot my password", "the link for a new password does not arrive", "how can I set a new password",
                "please reset my password", "the mail to change my password never comes", "I need a new password for my account",
                "I cannot remember what I chose to sign in with", "the code for choosing a new login does not reach me"],
            ["my new password works", "the link for the password came in the end", "setting a new password last week was easy"]),
        new("account_locked", 2,
            ["my account is locked", "it says that my account is blocked", "I am locked out after too many attempts",
                "why did you suspend my account", "please unlock my account", "my login is disabled, although the password is right",
                "you closed the door on my profile", "sign-in is frozen for {days} and I do not know why"],
            ["my account was unlocked yesterday", "the block on my account is lifted", "I can sign in again since Monday"]),
        new("cancel_subscription", 2,
            ["please end my membership", "I want to cancel my subscription", "stop the monthly plan", "how do I quit the yearly plan",
                "do not renew my membership", "I would like to leave the subscription next month",
                "no more monthly payments from me, I quit", "my plan should not go on after {days}"],
            ["the plan that I cancelled last year is closed", "my membership was renewed as I wished",
                "ending the trial of the monthly plan worked"]),
    ];

    /// <summary>What fills <c>{item}</c>.</summary>
    public static string[] Items { get; } =
    [
        "lamp", "kettle", "headphones", "jacket", "backpack", "coffee machine", "office chair", "phone case", "keyboard", "running shoes",
        "tent", "mattress", "blender", "camera", "bicycle helmet", "desk", "winter coat", "speaker", "tablet", "suitcase",
    ];

    /// <summary>What fills <c>{days}</c>.</summary>
    public static string[] Days { get; } =
        ["three days", "a week", "ten days", "two weeks", "a month", "five days", "more than a week", "almost a month"];

    /// <summary>How a ticket begins; most begin at once.</summary>
    public static string[] Greetings { get; } = ["", "", "", "hello", "hi there", "good morning", "dear team", "hi"];

    /// <summary>How a ticket ends.</summary>
    public static string[] Closings { get; } =
        ["", "", "", "thanks", "please help", "best regards", "I hope you can help", "order {number}", "my order number is {number}"];

    /// <summary>What joins a settled matter to the ticket.</summary>
    public static string[] Links { get; } = ["by the way", "thank you that", "good to see that", "first of all", "I know that", ""];

    /// <summary>Words that customers use for one another.</summary>
    public static IReadOnlyDictionary<string, string[]> Synonyms { get; } = new Dictionary<string, string[]>
    {
        ["please"] = ["please", "kindly", "pls"],
        ["parcel"] = ["parcel", "package", "shipment"],
        ["money"] = ["money", "cash", "amount"],
        ["order"] = ["order", "purchase"],
        ["arrived"] = ["arrived", "come", "been delivered"],
        ["broken"] = ["broken", "smashed", "in pieces"],
        ["ordered"] = ["ordered", "bought"],
        ["wrong"] = ["wrong", "incorrect"],
        ["send"] = ["send", "ship"],
        ["account"] = ["account", "profile"],
    };
}
